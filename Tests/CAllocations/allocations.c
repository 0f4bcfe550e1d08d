// The C library's own, which it keeps under these names for programs that put theirs in front.
#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

extern void __libc_free(void *memory);

static _Thread_local unsigned long count;
static _Thread_local long bytes;

unsigned long allocations_of_this_thread(void) { return count; }
long bytes_of_this_thread(void) { return bytes; }

static void *counted(void *memory) {
    count++;
    bytes += (long)malloc_usable_size(memory);
    return memory;
}

void *malloc(size_t size) { return counted(__libc_malloc(size)); }

void *calloc(size_t number, size_t size) { return counted(__libc_calloc(number, size)); }

void *realloc(void *memory, size_t size) {
    long before = (long)malloc_usable_size(memory);
    void *larger = __libc_realloc(memory, size);
    // Where there is no room the old memory stays.
    if (larger || size == 0) bytes -= before;
    return counted(larger);
}

void free(void *memory) {
    int reason = errno;
    bytes -= (long)malloc_usable_size(memory);
    __libc_free(memory);
    errno = reason;
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    *memory = counted(__libc_memalign(alignment, size));
    return *memory ? 0 : ENOMEM;
}
