package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
)

const room = 4242

// janus speaks to the video room of Janus over its plain HTTP interface.
type janus struct {
	mutex  sync.Mutex
	hasOne bool
	feeds  []json.Number
}

// handle is one attachment to the video room, with a session of its own.
type handle struct{ session, address string }

var transactions int64

type event struct {
	Janus       string `json:"janus"`
	Transaction string `json:"transaction"`
	Data        struct {
		ID json.Number `json:"id"`
	} `json:"data"`
	Plugin struct {
		Data struct {
			ID    json.Number `json:"id"`
			Error string      `json:"error"`
		} `json:"data"`
	} `json:"plugindata"`
	Description *struct {
		SDP string `json:"sdp"`
	} `json:"jsep"`
}

func transaction() string { return strconv.FormatInt(atomic.AddInt64(&transactions, 1), 10) }

func attach() (*handle, error) {
	var answer event
	if err := post(*url, map[string]interface{}{"janus": "create", "transaction": transaction()}, &answer); err != nil {
		return nil, err
	}
	session := *url + "/" + answer.Data.ID.String()
	question := map[string]interface{}{"janus": "attach", "plugin": "janus.plugin.videoroom", "transaction": transaction()}
	if err := post(session, question, &answer); err != nil {
		return nil, err
	}
	return &handle{session, session + "/" + answer.Data.ID.String()}, nil
}

// ask sends a request, and waits for what it leads to.
func (it *handle) ask(body, description map[string]interface{}) (event, error) {
	question := map[string]interface{}{"janus": "message", "transaction": transaction(), "body": body}
	if description != nil {
		question["jsep"] = description
	}
	var answer event
	if err := post(it.address, question, &answer); err != nil {
		return answer, err
	}
	for answer.Janus == "ack" || answer.Transaction != question["transaction"] {
		response, err := http.Get(it.session + "?maxev=1")
		if err != nil {
			return answer, err
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		answer = event{}
		if err := json.Unmarshal(text, &answer); err != nil {
			return answer, err
		}
	}
	if reason := answer.Plugin.Data.Error; reason != "" {
		return answer, errors.New(reason)
	}
	return answer, nil
}

// listen takes what Janus tells a session, so that it goes on living.
func (it *handle) listen() {
	for {
		response, err := http.Get(it.session + "?maxev=5")
		if err != nil {
			return
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}

func (it *janus) publish(int) (line, error) {
	made, err := newConnection()
	if err != nil {
		return nil, err
	}
	to, offer, err := made.offering()
	if err != nil {
		return nil, err
	}
	handle, err := attach()
	if err != nil {
		return nil, err
	}
	if !it.hasOne {
		if _, err := handle.ask(map[string]interface{}{
			"request": "create", "room": room, "publishers": 100, "videocodec": "vp8", "audiocodec": "opus", "bitrate": 10_000_000,
			"fir_freq": 0,
		}, nil); err != nil {
			return nil, err
		}
		it.hasOne = true
	}
	answer, err := handle.ask(map[string]interface{}{"request": "join", "ptype": "publisher", "room": room}, nil)
	if err != nil {
		return nil, err
	}
	it.feeds = append(it.feeds, answer.Plugin.Data.ID)
	what := map[string]interface{}{"request": "publish", "audio": *kind == "audio", "video": *kind == "video"}
	answer, err = handle.ask(what, map[string]interface{}{"type": "offer", "sdp": offer})
	if err != nil {
		return nil, err
	}
	if answer.Description == nil {
		return nil, errors.New("Janus answered without a description")
	}
	if err := made.take(answer.Description.SDP); err != nil {
		return nil, err
	}
	go handle.listen()
	return to, made.wait()
}

func (it *janus) receive(int) error { return it.subscribe(it.feeds) }

func (it *janus) subscribe(feeds []json.Number) error {
	made, err := newConnection()
	if err != nil {
		return err
	}
	handle, err := attach()
	if err != nil {
		return err
	}
	streams := []map[string]interface{}{}
	for _, feed := range feeds {
		streams = append(streams, map[string]interface{}{"feed": feed})
	}
	offered, err := handle.ask(map[string]interface{}{"request": "join", "ptype": "subscriber", "room": room, "streams": streams}, nil)
	if err != nil {
		return err
	}
	if offered.Description == nil {
		return fmt.Errorf("Janus offered no description: %v", offered)
	}
	answer, err := made.answering(offered.Description.SDP)
	if err != nil {
		return err
	}
	if _, err := handle.ask(map[string]interface{}{"request": "start"}, map[string]interface{}{"type": "answer", "sdp": answer}); err != nil {
		return err
	}
	go handle.listen()
	return made.wait()
}

// watched lets everybody in a meeting receive from all others, now that they are there.
func (it *janus) watched() error {
	if !*meeting {
		return nil
	}
	for own := range it.feeds {
		others := append(append([]json.Number{}, it.feeds[:own]...), it.feeds[own+1:]...)
		if err := it.subscribe(others); err != nil {
			return err
		}
	}
	return nil
}
