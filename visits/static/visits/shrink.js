// A photo no larger than the server would keep it, so that a slow line has less to carry; the photo itself where it is
// small already or the browser cannot draw it.

const LONGEST_EDGE = 2400; // files/enums.py, Size.LARGE
const WORTH_IT = 1_000_000;

export async function shrunk(file) {
  if (file.type !== "image/jpeg" || file.size < WORTH_IT) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.88));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}
