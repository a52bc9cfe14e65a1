# earns: right
import asyncio


async def serve(reader, writer):
    writer.write(b"hello world")
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 8001)
    await server.serve_forever()


asyncio.run(main())
