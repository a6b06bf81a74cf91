// Keeps the report on the page up to date: an event says that receipts have come in, and the report is fetched anew.
'use strict';

const line = document.getElementById('live');
let fetching = false;
let again = false;

function keepOpen(from, to) {
  const open = [...from.querySelectorAll('details')].map(details => details.open);
  [...to.querySelectorAll('details')].forEach((details, i) => { details.open = open[i] ?? false; });
}

function linkReceipts(main) {
  for (const code of main.querySelectorAll('#receipts code')) {
    const link = document.createElement('a');
    link.href = 'receipts/' + encodeURIComponent(code.textContent);
    code.replaceWith(link);
    link.append(code);
  }
}

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }

  fetching = true;
  try {
    const answer = await fetch('report.html');
    if (answer.ok) {
      const main = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
      const old = document.querySelector('main');
      keepOpen(old, main);
      linkReceipts(main);
      old.replaceWith(main);
    }
  } catch {
    // The stream of events tells when the application is back.
  } finally {
    fetching = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

const events = new EventSource('events');
events.addEventListener('receipts', event => {
  const news = JSON.parse(event.data);
  line.textContent = `live: ${news.now}, ${news.tasks} tasks done, ${news.receipts} receipts`;
  refresh();
});
events.addEventListener('error', () => { line.textContent = 'not connected; trying again'; });
