// User agents and referrers with rough weights: desktop and mobile browsers, crawlers (Googlebot about 5 %), scripts, and
// a few that hold an escaped quote, as real logs do in one or two lines of a thousand.

const mozilla = 'Mozilla/5.0';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

export const agents = [
  [22, `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/126.0.0.0 Safari/537.36`],
  [9, `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Chrome/126.0.0.0 Safari/537.36`],
  [10, `${mozilla} (Linux; Android 10; K) ${webkit} Chrome/126.0.0.0 Mobile Safari/537.36`],
  [6, `${mozilla} (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0`],
  [4, `${mozilla} (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0`],
  [
    8,
    `${mozilla} (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1`,
  ],
  [4, `${mozilla} (Windows NT 10.0; Win64; x64) ${webkit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`],
  [4, `${mozilla} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`],
  [
    1,
    `${mozilla} (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${webkit} Chrome/126.0.6478.61 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
  ],
  [0.4, 'Googlebot-Image/1.0'],
  [3, `${mozilla} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)`],
  [2, `${mozilla} (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)`],
  [1, `${mozilla} (compatible; YandexBot/3.0; +http://yandex.com/bots)`],
  [8, 'curl/8.5.0'],
  [5, 'python-requests/2.32.3'],
  [3, 'okhttp/4.12.0'],
  [3, 'Go-http-client/2.0'],
  [5, 'kube-probe/1.29'],
  [3, 'Wget/1.21.4'],
  [2, '-'],
  [0.1, 'Opera/9.80 (\\"custom build\\"; U; en) Presto/2.12'],
  [0.03, 'scanner \\\\ \\"probe\\"'],
];

const site = 'https://shop.example.com';

export const referrers = [
  [70, '-'],
  [14, `${site}/`],
  [8, `${site}/products/`],
  [6, `${site}/search?q=green+ribbon`],
  [5, `${site}/cart`],
  [7, 'https://www.google.com/'],
  [3, 'https://www.bing.com/'],
  [2, 'https://duckduckgo.com/'],
  [2, 'android-app://com.google.android.gm/'],
  [2, 'https://news.example.org/2025/03/the-best-baskets-of-the-year'],
  [0.05, 'https://www.google.com/search?q=\\"calm kettle\\"'],
];
