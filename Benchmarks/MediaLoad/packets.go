package main

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

const (
	framesASecond = 30
	videoBytes    = 1200
	audioBytes    = 100
	// audioLevelID is what the offer calls the level of a sound (RFC 6464).
	audioLevelID = 1
)

// send paces what one publisher sends: a picture's packets all at once, as browsers do, or a sound every twenty milliseconds.
func send(to line) {
	step := time.Second / framesASecond
	if *kind == "audio" {
		step = 20 * time.Millisecond
	}
	var number uint16
	began := time.Now()
	for tick := 0; ; tick++ {
		if wait := time.Until(began.Add(time.Duration(tick) * step)); wait > 0 {
			time.Sleep(wait)
		}
		if *kind == "audio" {
			to.write(sound(number, tick))
			count()
			number++
			continue
		}
		for part := 0; part < *packets; part++ {
			to.write(picture(number, tick, part))
			count()
			number++
		}
	}
}

func count() {
	if atomic.LoadInt32(&isMeasuring) == 1 {
		atomic.AddInt64(&sent, 1)
	}
}

func sound(number uint16, tick int) *rtp.Packet {
	packet := &rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: 111, SequenceNumber: number, Timestamp: uint32(tick * 960), Marker: tick == 0},
		Payload: make([]byte, audioBytes),
	}
	// 20 dB under the loudest: somebody speaks.
	packet.SetExtension(audioLevelID, []byte{0x80 | 20})
	return packet
}

// picture is a packet of VP8 (RFC 7741) with a number of fifteen bits and the layer's index, as browsers write it. A second has one key frame.
func picture(number uint16, tick, part int) *rtp.Packet {
	payload := make([]byte, videoBytes)
	payload[0] = 0x80
	if part == 0 {
		payload[0] = 0x90
	}
	payload[1] = 0xE0
	payload[2], payload[3] = 0x80|byte(tick>>8&0x7F), byte(tick)
	payload[4] = byte(tick)
	payload[5] = 0x00
	if part == 0 {
		payload[6] = 0x11
		if tick%framesASecond == 0 {
			copy(payload[6:], []byte{0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0xE0, 0x01})
		}
	}
	return &rtp.Packet{
		Header: rtp.Header{
			Version: 2, PayloadType: 96, SequenceNumber: number, Timestamp: uint32(tick * 3000), Marker: part == *packets-1,
		},
		Payload: payload,
	}
}

// fieldsAfterName are the fields of /proc/PID/stat from the third on.
func fieldsAfterName(stat string) []string {
	return strings.Fields(stat[strings.LastIndexByte(stat, ')')+2:])
}
