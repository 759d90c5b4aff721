const button = document.getElementById("copy");
button.hidden = false;
button.addEventListener("click", async () => {
  const field = document.getElementById("address");
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value); // only where the page came over https
  } catch {
    if (!document.execCommand("copy")) return;
  }
  document.getElementById("copied").textContent = button.dataset.done;
});
