import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "./plainText.js";

test("a line of a list has the words of a message without its marks", () => {
  assert.equal(
    plainText("It **left today**, with the _first_ post: https://example.org/a_b_c"),
    "It left today, with the first post: https://example.org/a_b_c",
  );
  assert.equal(plainText("**It is _yours_**"), "It is yours");
  assert.equal(plainText("Type `sotto *doctor*`"), "Type sotto *doctor*");
  assert.equal(plainText("See [the way](https://example.org/way)."), "See the way.");
  assert.equal(plainText("> Where?\n\n- Here\n- *There*\n```\nx = 1\n```"), "Where? Here There x = 1");
  assert.equal(plainText("2 * 3 * 4, snake_case_name, ** alone"), "2 * 3 * 4, snake_case_name, ** alone");
});
