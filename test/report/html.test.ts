/** Whatever a log holds stays text: no markup, no script, nothing invisible. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, jsonForScript, trusted } from '../../src/report/html.ts';

test('values are escaped, markup is not, lists are joined, null is nothing', () => {
  const inner = html`<b>${'<script>alert("1")</script> & \'x\''}</b>`;
  expect(html`<p>${inner}${[html`<i>1</i>`, 'a<b', 7]}${null}${trusted('<hr>')}</p>`.text).toBe(
    '<p><b>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</b><i>1</i>a&lt;b7<hr></p>',
  );
});

test('what is invisible becomes visible, line ends stay', () => {
  expect(html`${'a\u0000\u001b[2J\u202egnp.exe\nb\ud800'}`.text).toBe('a\\x00\\x1b[2J\\u202egnp.exe\nb\\ud800');
});

test('no text ever becomes markup or leaves an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      return !/[<>&"']/.test(html`${text}`.text.replace(/&(amp|lt|gt|quot|#39);/g, ''));
    }),
    { seed: 5 },
  );
});

test('data in a script element ends neither the element nor the line, and reads back', () => {
  const hostile = { text: '</script><!-- <script> \u2028\u2029 & \u0000', list: [null, 1.5] };
  const { text } = jsonForScript(hostile);
  expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(hostile);
});
