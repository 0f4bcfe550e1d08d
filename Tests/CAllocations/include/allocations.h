#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/// How often this thread has asked for memory. The program that links this counts all of its malloc, calloc, realloc and posix_memalign.
unsigned long allocations_of_this_thread(void);

/// How many bytes this thread has asked for and not given back. What another thread gives back for it is not counted, nor what came by other
/// ways than those four.
long bytes_of_this_thread(void);

#endif
