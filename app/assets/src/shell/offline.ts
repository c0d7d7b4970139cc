/** The service worker: style, script and the last diary pages for when the network is gone. */
export function offline(): void {
  const { sw, who } = document.documentElement.dataset;
  if (sw && "serviceWorker" in navigator) {
    addEventListener("load", () => {
      navigator.serviceWorker.register(sw).catch(() => {
        // plain http or a private window: the page works without it
      });
    });
  }
  if (who && "caches" in window) {
    void forgetOthers(who);
  }
  // On a shared computer nothing of the last person stays behind.
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.getAttribute("action") === "/logout" && "caches" in window) {
      void caches.delete("diary");
    }
  });
}

/** Copies of another account's diary go as soon as somebody else is signed in, on whatever page. */
async function forgetOthers(who: string): Promise<void> {
  const owner = await caches.match("/diary-owner", { cacheName: "diary" });
  if (owner && (await owner.text()) !== who) {
    await caches.delete("diary");
  }
}
