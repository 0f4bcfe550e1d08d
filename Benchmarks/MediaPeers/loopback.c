// Janus offers no address of the loopback interface. Preloaded, this says of every interface that it is another.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ifaddrs.h>
#include <net/if.h>

int getifaddrs(struct ifaddrs **list) {
    int (*next)(struct ifaddrs **) = (int (*)(struct ifaddrs **))dlsym(RTLD_NEXT, "getifaddrs");
    int result = next(list);
    for (struct ifaddrs *each = result ? 0 : *list; each; each = each->ifa_next) each->ifa_flags &= ~IFF_LOOPBACK;
    return result;
}
