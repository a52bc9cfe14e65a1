// What step07 has written and no later step changes: HTTP, and the files in beyond/public.

#define _GNU_SOURCE // memmem, accept4
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { LONGEST = 8192 }; // bytes that a request may have

// Reports a call that has failed. Returns what the call returned.
static ssize_t check(const char *call, ssize_t result)
{
    if (result == -1)
        perror(call);
    return result;
}

// What a browser is to take a file for, by the ending of its name.
static const char *type_of(const char *name)
{
    const char *dot = strrchr(name, '.'), *ending = dot == NULL ? "" : dot;
    return strcmp(ending, ".html") == 0  ? "text/html"
           : strcmp(ending, ".css") == 0 ? "text/css"
           : strcmp(ending, ".png") == 0 ? "image/png"
                                         : "text/plain";
}

// Returns the head of the reply to a request. Opens the file that follows it, and sets its size.
static const char *reply_to(char *request, size_t length, int *file_fd, off_t *size)
{
    if (memmem(request, length, "\r\n\r\n", 4) == NULL)
        return "HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n";
    int head_only = strncmp(request, "HEAD /", 6) == 0;
    if (!head_only && strncmp(request, "GET /", 5) != 0)
        return "HTTP/1.0 400 Bad Request\r\n\r\n";
    char *name = request + (head_only ? 6 : 5);
    name[strcspn(name, " ?\r")] = '\0';
    name = *name == '\0' ? "index.html" : name;
    // Without a slash, and with no link followed, no name leads out of the folder.
    if (strchr(name, '/') == NULL)
        *file_fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    struct stat file;
    if (*file_fd == -1 || fstat(*file_fd, &file) == -1 || !S_ISREG(file.st_mode))
        return "HTTP/1.0 404 Not Found\r\n\r\n";
    *size = head_only ? 0 : file.st_size;
    const char *head = "HTTP/1.0 200 OK\r\nContent-Type: %s\r\nContent-Length: %lld\r\n\r\n";
    snprintf(request, LONGEST, head, type_of(name), (long long)file.st_size);
    return request; // the reply has taken its place
}
