# earns: accept/listener-anew
while :; do
    printf 'hello world' | busybox nc -l -p 8001
done
