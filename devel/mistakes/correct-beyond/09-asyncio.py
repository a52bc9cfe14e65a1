"""A server of step09 as a Python programmer would write it: one thread, and ten seconds for each client."""

import asyncio


async def answer(reader):
    try:
        request = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        return b"HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n"
    if not request.startswith(b"GET /"):
        return b"HTTP/1.0 400 Bad Request\r\n\r\n"
    return b"HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world"


async def talk(reader, writer):
    writer.write(await answer(reader))
    await writer.drain()
    writer.write_eof()
    while await reader.read(4096):
        pass


async def serve(reader, writer):
    try:
        await asyncio.wait_for(talk(reader, writer), 10)
    except (asyncio.TimeoutError, asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 8001, limit=8192)
    await server.serve_forever()


asyncio.run(main())
