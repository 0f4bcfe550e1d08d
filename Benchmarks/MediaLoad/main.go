// Command media-load sends and receives pictures and sound as browsers do, built on Debian's Pion packages: it shares no code with the
// servers it measures. One publisher or many, and those who receive from all of them; Sotto, Janus, or a forwarder without crypto.
//
// It says in one line of JSON that everybody is connected, measures between two lines on its standard input, and says what came.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

var (
	target     = flag.String("target", "sotto", "sotto, janus or bare")
	url        = flag.String("url", "http://127.0.0.1:7001", "where its signalling is; for bare, its UDP address")
	publishers = flag.Int("publishers", 1, "how many send")
	receivers  = flag.Int("receivers", 10, "how many receive; with -meeting each sender receives from all others")
	meeting    = flag.Bool("meeting", false, "everybody sends and receives")
	packets    = flag.Int("packets", 6, "of each picture, thirty of which are sent in a second; one of the smallest")
	page       = flag.Bool("page", false, "who receives asks for the eight sounds and sixteen pictures that pages do; Sotto alone")
	kind       = flag.String("kind", "video", "video: 1,200 bytes, 180 packets a second; audio: 100 bytes, 50 a second")
)

// line is where a publisher's packets go.
type line interface {
	write(packet *rtp.Packet) error
}

// server is one way to join.
type server interface {
	publish(number int) (line, error)
	receive(number int) error
	// watched is called when everybody is there.
	watched() error
}

var (
	sent, received int64
	isMeasuring    int32
)

// arrived counts a packet that somebody received.
func arrived() {
	if atomic.LoadInt32(&isMeasuring) == 1 {
		atomic.AddInt64(&received, 1)
	}
}

func main() {
	flag.Parse()
	var it server
	switch *target {
	case "sotto":
		it = &sotto{}
	case "janus":
		it = &janus{}
	case "bare":
		it = &bare{}
	default:
		fmt.Fprintln(os.Stderr, "no such target")
		os.Exit(64)
	}
	lines, taken, err := join(it)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, each := range lines {
		go send(each)
	}
	if err := it.watched(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	say(map[string]interface{}{"connected": len(taken), "p50": at(taken, 0.5), "p95": at(taken, 0.95)})
	in := bufio.NewReader(os.Stdin)
	in.ReadString('\n')
	began, client := time.Now(), processor()
	atomic.StoreInt32(&isMeasuring, 1)
	in.ReadString('\n')
	atomic.StoreInt32(&isMeasuring, 0)
	seconds, used := time.Since(began).Seconds(), processor()-client
	audience := *receivers
	if *meeting {
		audience = *publishers - 1
	}
	say(map[string]interface{}{
		"sent": sent, "received": received, "expected": sent * int64(audience), "seconds": seconds, "client": used,
	})
}

// join brings everybody in, a few at a time, and says how many milliseconds each receiver took until it was connected.
func join(it server) ([]line, []float64, error) {
	var lines []line
	for number := 0; number < *publishers; number++ {
		each, err := it.publish(number)
		if err != nil {
			return nil, nil, err
		}
		lines = append(lines, each)
	}
	if *meeting {
		return lines, nil, nil
	}
	var mutex sync.Mutex
	var taken []float64
	var failed error
	var group sync.WaitGroup
	few := make(chan bool, 4)
	for number := 0; number < *receivers; number++ {
		group.Add(1)
		few <- true
		go func(number int) {
			began := time.Now()
			err := it.receive(number)
			mutex.Lock()
			taken = append(taken, float64(time.Since(began).Microseconds())/1000)
			if err != nil {
				failed = err
			}
			mutex.Unlock()
			<-few
			group.Done()
		}(number)
	}
	group.Wait()
	sort.Float64s(taken)
	return lines, taken, failed
}

func at(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(share*float64(len(sorted)-1))]
}

func say(words map[string]interface{}) {
	text, _ := json.Marshal(words)
	fmt.Println(string(text))
}

// processor is the processor time of this process so far, in seconds.
func processor() float64 {
	var user, system float64
	if text, err := os.ReadFile("/proc/self/stat"); err == nil {
		fields := fieldsAfterName(string(text))
		fmt.Sscan(fields[11], &user)
		fmt.Sscan(fields[12], &system)
	}
	return (user + system) / 100
}
