// Scrapes what it is told to, once a second; one for all runs, so that its own start is nobody's cost. Messages: an address to
// scrape from now on; null to stop, which is answered by the number of scrapes since.
let url = null;
let scrapes = 0;
let scraping = Promise.resolve();

async function scrape() {
  if (url === null) return;
  const text = await (await fetch(url)).text();
  if (text.includes('millrace_bytes_read_total')) scrapes++;
}

setInterval(() => {
  scraping = scrape();
}, 1000);
process.on('disconnect', () => process.exit());
process.on('message', async (address) => {
  if (address === null) {
    url = null;
    await scraping;
    process.send(scrapes);
    scrapes = 0;
  } else {
    await fetch(address); // loads what a client needs
    url = address;
    process.send('ready');
  }
});
