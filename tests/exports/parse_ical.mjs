// Reads a calendar file from stdin with ical.js and prints what it makes of each event, as JSON.
// Usage: node parse_ical.mjs PATH/node_modules < calendar.ics
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const loaded = createRequire(join(resolve(process.argv[2]), "here.js"))("ical.js");
const ICAL = loaded.default ?? loaded;

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const moment = (time) => time.toJSDate().toISOString();

const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  const text = (name) => String(component.getFirstPropertyValue(name) ?? "");
  return {
    uid: event.uid,
    start: moment(event.startDate),
    end: moment(event.endDate),
    summary: text("summary"),
    location: text("location"),
    description: text("description"),
    url: text("url"),
    status: text("status"),
  };
});
console.log(JSON.stringify(events));
