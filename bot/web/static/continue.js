// The code of a scanned picture stands behind the #, which no server sees: put it into the form, and out of the address.

const field = document.getElementById("code");
const code = decodeURIComponent(location.hash.slice(1)).slice(0, 80);
if (code) {
  field.value = code.replaceAll("-", " ");
  history.replaceState(null, "", location.pathname + location.search);
}
