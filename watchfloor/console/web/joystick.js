// A joystick or gamepad: its first stick turns the chosen camera, its second axis pair or shoulder buttons zoom it.

const DEAD = 0.25, EVERY_MS = 150, CLOSER = 1.15;

/** Follow the first joystick while one is connected. */
export function followJoystick(wall) {
  let timer = null;
  const look = () => {
    const pad = navigator.getGamepads().find((one) => one?.connected);
    if (!pad) return;
    const tile = wall.selected, [right = 0, down = 0, , closer = 0] = pad.axes;
    if (Math.hypot(right, down) > DEAD) wall.zoom.turn(tile, right, down);
    const pressed = (place) => pad.buttons[place]?.pressed ?? false;
    if (closer < -DEAD || pressed(5)) wall.zoom.closer(tile, 1 / CLOSER);
    else if (closer > DEAD || pressed(4)) wall.zoom.closer(tile, CLOSER);
  };
  window.addEventListener("gamepadconnected", () => { timer ??= setInterval(look, EVERY_MS); });
  window.addEventListener("gamepaddisconnected", () => {
    clearInterval(timer);
    timer = null;
  });
}
