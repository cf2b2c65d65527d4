// Lets somebody sign on the screen where the browser can draw. Without this file a photo of the paper does the same.
"use strict";

const form = document.querySelector("form[data-signature]");
const pad = form && form.querySelector("[data-pad]");
const canvas = pad && pad.querySelector("canvas");

if (canvas && canvas.getContext && window.PointerEvent && window.DataTransfer) {
  const pen = canvas.getContext("2d");
  let isDrawn = false;
  let isDown = false;

  pad.hidden = false;
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.lineJoin = "round";

  // The canvas is drawn smaller on a phone than it is.
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      (event.clientX - box.left) * canvas.width / box.width,
      (event.clientY - box.top) * canvas.height / box.height,
    ];
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    isDown = true;
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...place(event));
    pen.stroke();
    isDrawn = true;
  });
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => { isDown = false; });

  pad.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    isDrawn = false;
  });

  // A photo that was chosen goes before what was drawn. What is refused comes back without the drawing, and nobody should
  // have to sign twice: what is missing is said before it is sent.
  const lacking = form.querySelector("[data-lacking]");
  form.addEventListener("submit", (event) => {
    if (!isDrawn || form.elements.image.files.length) return;
    event.preventDefault();
    const empty = ["signer", "on"].find((name) => !form.elements[name].value);
    lacking.hidden = !empty;
    if (empty) { form.querySelector(`[name=${empty}]`).focus(); return; }
    canvas.toBlob((picture) => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([picture], "signature.png", {type: "image/png"}));
      form.elements.image.files = chosen.files;
      form.elements.form.value = "drawn";
      form.submit();
    }, "image/png");
  });
}
