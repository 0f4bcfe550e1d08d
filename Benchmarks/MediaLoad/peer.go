package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v3"
)

const patience = 20 * time.Second

func api() (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "goog-remb"}}
	vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}
	opus := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: 96}, webrtc.RTPCodecTypeVideo); err != nil {
		return nil, err
	}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: opus, PayloadType: 111}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	level := webrtc.RTPHeaderExtensionCapability{URI: sdp.AudioLevelURI}
	if err := media.RegisterHeaderExtension(level, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	settings := webrtc.SettingEngine{}
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetIPFilter(func(address net.IP) bool { return address.IsLoopback() })
	// No interceptors: what they would do for each packet is the client's time, and there is little of it.
	return webrtc.NewAPI(
		webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(&interceptor.Registry{})), nil
}

// connection is a peer connection that says when it is open.
type connection struct {
	*webrtc.PeerConnection
	isOpen chan error
}

func newConnection() (*connection, error) {
	maker, err := api()
	if err != nil {
		return nil, err
	}
	peer, err := maker.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	made := &connection{peer, make(chan error, 2)}
	var once sync.Once
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			once.Do(func() { made.isOpen <- nil })
		case webrtc.PeerConnectionStateFailed:
			once.Do(func() { made.isOpen <- errors.New("a connection failed") })
		}
	})
	return made, nil
}

func (made *connection) wait() error {
	select {
	case err := <-made.isOpen:
		return err
	case <-time.After(patience):
		return errors.New("a connection did not open in time")
	}
}

// track is what a publisher writes to.
type track struct{ local *webrtc.TrackLocalStaticRTP }

func (it track) write(packet *rtp.Packet) error { return it.local.WriteRTP(packet) }

// offering adds what is sent, and makes the offer.
func (made *connection) offering() (track, string, error) {
	capability := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}
	if *kind == "audio" {
		capability = webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	}
	local, err := webrtc.NewTrackLocalStaticRTP(capability, "track", "stream")
	if err != nil {
		return track{}, "", err
	}
	line, err := made.AddTransceiverFromTrack(local, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return track{}, "", err
	}
	go drain(line.Sender())
	offer, err := made.CreateOffer(nil)
	if err != nil {
		return track{}, "", err
	}
	text, err := made.settle(offer)
	return track{local}, text, err
}

// settle takes a description for our own and gives it with its candidates.
func (made *connection) settle(description webrtc.SessionDescription) (string, error) {
	done := webrtc.GatheringCompletePromise(made.PeerConnection)
	if err := made.SetLocalDescription(description); err != nil {
		return "", err
	}
	<-done
	return made.LocalDescription().SDP, nil
}

// answering takes an offer of what will be received, counts all that comes, and gives the answer.
func (made *connection) answering(offer string) (string, error) {
	made.OnTrack(func(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		go drainReports(receiver)
		go made.report(uint32(remote.SSRC()))
		packet := make([]byte, 1500)
		for {
			if _, _, err := remote.Read(packet); err != nil {
				return
			}
			arrived()
		}
	})
	if err := made.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	answer, err := made.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	return made.settle(answer)
}

// report says once a second what browsers say: all of it came, and there is room.
func (made *connection) report(source uint32) {
	for range time.Tick(time.Second) {
		report := &rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: source}}}
		room := &rtcp.ReceiverEstimatedMaximumBitrate{SenderSSRC: 1, Bitrate: 50e6, SSRCs: []uint32{source}}
		if made.WriteRTCP([]rtcp.Packet{report, room}) != nil {
			return
		}
	}
}

func drain(sender *webrtc.RTPSender) {
	packet := make([]byte, 1500)
	for {
		if _, _, err := sender.Read(packet); err != nil {
			return
		}
	}
}

func drainReports(receiver *webrtc.RTPReceiver) {
	packet := make([]byte, 1500)
	for {
		if _, _, err := receiver.Read(packet); err != nil {
			return
		}
	}
}

func (made *connection) take(answer string) error {
	return made.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// post sends JSON, and reads JSON into an answer that is not nil.
func post(address string, question, answer interface{}) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	response, err := http.Post(address, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s: %s: %s", address, response.Status, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
