package main

import "sync"

// sotto speaks to `bench media`: an offer of what is sent, slots for what is received, and a word about whom to show.
type sotto struct {
	mutex   sync.Mutex
	cameras []uint64
	viewers []uint64
}

type joined struct {
	Peer   uint64  `json:"peer"`
	Answer *string `json:"answer"`
	Slots  string  `json:"slots"`
}

func (it *sotto) join(offer *string, sounds, pictures int) (joined, error) {
	var answer joined
	err := post(*url+"/join", map[string]interface{}{"offer": offer, "sounds": sounds, "pictures": pictures}, &answer)
	return answer, err
}

// slots is the room for what somebody receives.
func (it *sotto) slots(count int) (sounds, pictures int) {
	if *kind == "audio" {
		return count, 0
	}
	return 0, count
}

func (it *sotto) publish(int) (line, error) {
	made, err := newConnection()
	if err != nil {
		return nil, err
	}
	to, offer, err := made.offering()
	if err != nil {
		return nil, err
	}
	count := 0
	if *meeting {
		count = *publishers - 1
	}
	answer, err := it.join(&offer, firstOf(it.slots(count)), secondOf(it.slots(count)))
	if err != nil {
		return nil, err
	}
	it.cameras = append(it.cameras, answer.Peer)
	if err := made.take(*answer.Answer); err != nil {
		return nil, err
	}
	if *meeting {
		if err := it.accept(answer); err != nil {
			return nil, err
		}
	}
	return to, made.wait()
}

func (it *sotto) receive(int) error {
	sounds, pictures := it.slots(*publishers)
	if *page {
		sounds, pictures = 8, 16
	}
	answer, err := it.join(nil, sounds, pictures)
	if err != nil {
		return err
	}
	return it.accept(answer)
}

// accept takes the slots and waits until they are open.
func (it *sotto) accept(offered joined) error {
	made, err := newConnection()
	if err != nil {
		return err
	}
	text, err := made.answering(offered.Slots)
	if err != nil {
		return err
	}
	if err := post(*url+"/accept", map[string]interface{}{"peer": offered.Peer, "answer": text}, nil); err != nil {
		return err
	}
	it.mutex.Lock()
	it.viewers = append(it.viewers, offered.Peer)
	it.mutex.Unlock()
	return made.wait()
}

func (it *sotto) watched() error {
	for _, viewer := range it.viewers {
		others := []uint64{}
		for _, camera := range it.cameras {
			if camera != viewer {
				others = append(others, camera)
			}
		}
		if err := post(*url+"/watch", map[string]interface{}{"peer": viewer, "cameras": others}, nil); err != nil {
			return err
		}
	}
	return nil
}

func firstOf(one, _ int) int  { return one }
func secondOf(_, two int) int { return two }
