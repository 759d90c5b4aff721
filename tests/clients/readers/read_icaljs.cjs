// Reads feeds with ical.js, as Thunderbird and Nextcloud do.
"use strict";

const fs = require("node:fs");
const ICAL = require("ical.js");

ICAL.design.strict = true;

function rings(alarm, start, end) {
  const trigger = alarm.getFirstProperty("trigger");
  const moment = (trigger.getParameter("related") === "END" ? end : start).clone();
  moment.isDate = false;
  moment.addDuration(trigger.getFirstValue());
  return moment.toString();
}

function entry(part) {
  const value = (name) => part.getFirstPropertyValue(name);
  const start = value("dtstart");
  const end = value(part.name === "vtodo" ? "due" : "dtend");
  return {
    kind: part.name.toUpperCase(),
    uid: value("uid"),
    start: start ? start.toString() : "",
    end: end.toString(),
    status: value("status"),
    sequence: value("sequence"),
    summary: value("summary"),
    percent: value("percent-complete"),
    alarms: part.getAllSubcomponents("valarm").map((one) => rings(one, start, end)).sort(),
  };
}

function entries(file) {
  const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(file, "utf8")));
  return calendar.getAllSubcomponents()
    .filter((part) => part.name === "vevent" || part.name === "vtodo").map(entry);
}

console.log(JSON.stringify(process.argv.slice(2).map(entries)));
