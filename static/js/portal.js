// What every page needs: the browser's time zone for the server, and a word when a click was refused.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;

// That something worked is news for a while; on a page that stays open it would soon be untrue.
for (const note of document.querySelectorAll("[data-passing]")) setTimeout(() => note.remove(), 15000);
