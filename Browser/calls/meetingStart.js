/**
 * The page of a meeting that was opened as such. A call that becomes a meeting makes one for itself.
 *
 * @module
 */
import { textOf } from "../design/text.js";
import { MeetingPage } from "./meetingPage.js";

const [text, callText] = await Promise.all([textOf("meeting"), textOf("calls")]);
await new MeetingPage(text, callText).begin();
