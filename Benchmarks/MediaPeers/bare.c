// The least that forwarding can cost: what comes in many datagrams at a time goes out many at a time, without crypto, order or memory.
// A datagram of one byte says hello and is answered; all others go to everybody who did.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, LONGEST = 2048, MOST = 4096, ATONCE = 256 };

static struct sockaddr_in receivers[MOST];
static char bytes[BATCH][LONGEST];
static struct sockaddr_in names[BATCH];
static struct iovec incoming[BATCH], outgoing[ATONCE];
static struct mmsghdr in[BATCH], out[ATONCE];

int main(int count, char **words) {
    int port = count > 1 ? atoi(words[1]) : 0, known = 0, socket_ = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (bind(socket_, (struct sockaddr *)&own, sizeof own)) return perror("bind"), 1;
    for (;;) {
        for (int each = 0; each < BATCH; each++) {
            incoming[each] = (struct iovec){bytes[each], LONGEST};
            in[each].msg_hdr = (struct msghdr){.msg_name = &names[each], .msg_namelen = sizeof names[each], .msg_iov = &incoming[each], .msg_iovlen = 1};
        }
        int came = recvmmsg(socket_, in, BATCH, MSG_WAITFORONE, NULL), waiting = 0;
        for (int each = 0; each < came; each++) {
            if (in[each].msg_len == 1) {
                if (known < MOST) receivers[known++] = names[each];
                sendto(socket_, bytes[each], 1, 0, (struct sockaddr *)&names[each], sizeof names[each]);
                continue;
            }
            for (int to = 0; to < known; to++) {
                outgoing[waiting] = (struct iovec){bytes[each], in[each].msg_len};
                out[waiting].msg_hdr = (struct msghdr){.msg_name = &receivers[to], .msg_namelen = sizeof receivers[to], .msg_iov = &outgoing[waiting], .msg_iovlen = 1};
                if (++waiting < ATONCE && !(to + 1 == known && each + 1 == came)) continue;
                for (int done = 0; done < waiting;) {
                    int sent = sendmmsg(socket_, out + done, waiting - done, 0);
                    done += sent > 0 ? sent : 1;
                }
                waiting = 0;
            }
        }
    }
}
