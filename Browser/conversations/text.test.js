import assert from "node:assert/strict";
import { before, test } from "node:test";
import { render } from "./text.js";

/** As much of a document as `text.js` touches. */
class FakeNode {
  /** @type {Record<string, string>} */
  attributes = {};
  /** @type {(FakeNode | string)[]} */
  children = [];

  /** @param {string} name */
  constructor(name) {
    this.name = name;
    for (const key of ["dir", "title", "className"]) {
      Object.defineProperty(this, key, {
        set: (value) => {
          this.setAttribute(key === "className" ? "class" : key, value);
        },
      });
    }
  }

  /** @param {string} key @param {string} value */
  setAttribute(key, value) {
    this.attributes[key] = value;
  }

  /** @param {...(FakeNode | string)} nodes */
  append(...nodes) {
    this.children.push(...nodes);
  }

  /** @returns {string} markup, with the attributes that matter here */
  get markup() {
    const inner = this.children.map((child) => (typeof child === "string" ? child.replaceAll("<", "&lt;") : child.markup)).join("");
    if (!this.name) return inner;
    const { href, start } = this.attributes;
    const written = Object.entries({ href, start }).map(([key, value]) => (value === undefined ? "" : ` ${key}="${value}"`));
    return `<${this.name}${written.join("")}>${inner}</${this.name}>`;
  }

  /** @returns {FakeNode[]} */
  get all() {
    return this.children.flatMap((child) => (typeof child === "string" ? [] : [child, ...child.all]));
  }
}

before(() => {
  /** @type {any} */ (globalThis).document = {
    createElement: (/** @type {string} */ name) => new FakeNode(name),
    createDocumentFragment: () => new FakeNode(""),
  };
});

/** @param {string} text @param {import("./text.js").Look} [look] */
const made = (text, look) => /** @type {FakeNode} */ (/** @type {any} */ (render(text, look)));
/** @param {string} href @param {string} [text] */
const anchor = (href, text = href) => `<a href="${href}">${text}</a>`;
/** @param {string} text */
const markup = (text) => made(text).markup;

test("plain words are one paragraph, an empty line begins another, a line break stays one", () => {
  assert.equal(markup("Hello\nBen\n\nAna 🙂"), "<p>Hello<br></br>Ben</p><p>Ana 🙂</p>");
  assert.equal(markup(""), "");
});

test("bold, italic and code, nested and next to each other", () => {
  assert.equal(markup("**bold** *it* _it_ `a*b*c`"), "<p><strong>bold</strong> <em>it</em> <em>it</em> <code>a*b*c</code></p>");
  assert.equal(markup("**very *much* so**"), "<p><strong>very <em>much</em> so</strong></p>");
});

test("what only looks like a mark stays as it was typed", () => {
  for (const text of ["2 * 3 * 4", "snake_case_name", "a ** b", "**", "`", "* ", "5*6*7", "1 > 0"]) {
    assert.equal(markup(text), `<p>${text}</p>`);
  }
});

test("a code block keeps everything in it, and an unfinished one is text", () => {
  assert.equal(markup("```js\nif (a < b) **c**\n\nd\n```\nend"), "<pre><code>if (a &lt; b) **c**\n\nd</code></pre><p>end</p>");
  assert.equal(markup("```\nnever closed"), "<p>```<br></br>never closed</p>");
});

test("lists and quotes", () => {
  assert.equal(markup("- one\n- *two*"), "<ul><li>one</li><li><em>two</em></li></ul>");
  assert.equal(markup("3. three\n4. four"), '<ol start="3"><li>three</li><li>four</li></ol>');
  assert.equal(markup("> said\n> so\nanswer"), "<blockquote>said<br></br>so</blockquote><p>answer</p>");
});

test("C16: links lead to http, https, mailto and tel alone, and tell where", () => {
  assert.equal(markup("See https://example.org/a_b_c."), `<p>See ${anchor("https://example.org/a_b_c")}.</p>`);
  assert.equal(markup("(https://example.org/x)"), `<p>(${anchor("https://example.org/x")})</p>`);
  assert.equal(markup("ben@example.org"), '<p><a href="mailto:ben@example.org">ben@example.org</a></p>');
  assert.equal(markup("[here](https://evil.example)"), `<p>${anchor("https://evil.example/", "here<span> (evil.example)</span>")}</p>`);
  for (const address of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "JaVaScRiPt:alert(1)"]) {
    assert.ok(!markup(`[x](${address}) ${address}`).includes("<a"), address);
  }
  assert.ok(!markup("https://bank.example@evil.example/").includes("<a"), "a name before the host is how people are misled");
});

test("C16: links go by the leave notice, hand on nothing, and say so", () => {
  const [link] = made("https://example.org/?a=1&b=2", { leave: "/leave?to=", leaving: "Leaves for {host}" }).all.filter(
    ({ name }) => name === "a",
  );
  assert.deepEqual(link.attributes, {
    rel: "noopener noreferrer nofollow",
    href: `/leave?to=${encodeURIComponent("https://example.org/?a=1&b=2")}`,
    target: "_blank",
    class: "leaves",
    title: "Leaves for example.org",
  });
});

test("each paragraph has its own direction, and what turns text around unseen is taken out", () => {
  const paragraphs = made("Hello\n\nمرحبا").all.filter(({ name }) => name === "p");
  assert.deepEqual(
    paragraphs.map(({ attributes }) => attributes.dir),
    ["auto", "auto"],
  );
  assert.equal(markup("invoice\u202egpj.exe\u0000\u2066x\u2069"), "<p>invoicegpj.exex</p>");
  assert.equal(markup("👩‍👩‍👧 می‌خواهم"), "<p>👩‍👩‍👧 می‌خواهم</p>");
});

test("markup is text, whatever is typed", () => {
  const allowed = new Set(["p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "span"]);
  const pieces = ["<script>", "<img src=x onerror=alert(1)>", "**", "*", "_", "`", "```\n", "\n", "> ", "- ", "1. ", "[", "](", ")"];
  pieces.push("https://a.example", "javascript:alert(1)", "x", " ", "\u202e", "🙂", "&lt;");
  let seed = 1;
  for (let round = 0; round < 3_000; round += 1) {
    let text = "";
    for (let length = round % 30; length > 0; length -= 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      text += pieces[(seed >> 8) % pieces.length];
    }
    for (const node of made(text).all) {
      assert.ok(allowed.has(node.name), text);
      if (node.name === "a") assert.match(node.attributes.href, /^(?:https?:\/\/|mailto:|tel:)/u);
    }
  }
});

test("a long hostile text does not hang a page", () => {
  const started = performance.now();
  for (const text of [
    "*a ".repeat(2_600),
    "**a ".repeat(2_000),
    "a@".repeat(4_000),
    "[".repeat(8_000),
    "`".repeat(8_000),
    "_".repeat(8_000),
    "```\n".repeat(2_000),
    "a".repeat(8_000),
  ])
    render(text);
  assert.ok(performance.now() - started < 5_000);
});
