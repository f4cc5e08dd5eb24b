// What every page needs: the browser's time zone for the server, and a word when a click was refused.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
