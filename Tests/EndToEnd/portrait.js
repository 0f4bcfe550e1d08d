// A believable camera for pictures of calls: somebody drawn in the colours of their name, who moves a little.
(() => {
  if (!navigator.mediaDevices) return;
  const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await native(wanted);
    const [camera] = stream.getVideoTracks();
    if (!camera) return stream;
    const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 540 });
    const pen = canvas.getContext("2d");
    const draw = (at) => {
      portrait(pen, PORTRAIT_HUE, Math.sin(at / 900) * 6);
      requestAnimationFrame(draw);
    };
    draw(0);
    const [drawn] = canvas.captureStream(15).getVideoTracks();
    const stop = drawn.stop.bind(drawn);
    drawn.stop = () => (camera.stop(), stop());
    return new MediaStream([...stream.getAudioTracks(), drawn]);
  };

  const ellipse = (pen, x, y, across, down, colour) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, across, down, 0, 0, Math.PI * 2);
    pen.fill();
  };
  function portrait(pen, hue, sway) {
    const room = pen.createLinearGradient(0, 0, 960, 540);
    room.addColorStop(0, `hsl(${hue} 32% 78%)`);
    room.addColorStop(1, `hsl(${hue + 30} 30% 58%)`);
    pen.fillStyle = room;
    pen.fillRect(0, 0, 960, 540);
    pen.fillStyle = `hsl(${hue + 20} 45% 90%)`;
    pen.fillRect(90, 50, 220, 300);
    pen.fillStyle = `hsl(${hue + 20} 30% 66%)`;
    pen.fillRect(196, 50, 8, 300);
    pen.fillRect(90, 196, 220, 8);
    const x = 500 + sway;
    ellipse(pen, x, 235, 128, 150, `hsl(${hue + 190} 30% 22%)`);
    ellipse(pen, x, 600, 270, 210, `hsl(${hue + 170} 38% 38%)`);
    pen.fillStyle = "hsl(22 42% 58%)";
    pen.fillRect(x - 40, 340, 80, 90);
    ellipse(pen, x, 425, 62, 34, "hsl(22 42% 58%)");
    ellipse(pen, x, 260, 100, 125, "hsl(24 48% 66%)");
    ellipse(pen, x, 150, 112, 52, `hsl(${hue + 190} 30% 22%)`);
    for (const side of [-38, 38]) ellipse(pen, x + side, 250, 8, 10, "hsl(20 30% 20%)");
    pen.strokeStyle = "hsl(8 45% 42%)";
    pen.lineWidth = 7;
    pen.lineCap = "round";
    pen.beginPath();
    pen.arc(x, 285, 42, 0.25 * Math.PI, 0.75 * Math.PI);
    pen.stroke();
  }
})();
