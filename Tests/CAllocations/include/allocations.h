#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/// How often this thread has asked for memory. The program that links this counts all of its malloc, calloc, realloc and posix_memalign.
unsigned long allocations_of_this_thread(void);

#endif
