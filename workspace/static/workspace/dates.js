// How moments are written, as the server writes them: workspace/formats says the same in Django's words.
//
//   dayOf(new Date())    "8 March 2012"          exactly(new Date())    "8 March 2012, 13:00"

const language = document.documentElement.lang || "en";
// English as Europe writes it: the day first, 24 hours.
export const locale = language === "en" ? "en-GB" : language;

const day = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const dayOf = (moment) => day.format(moment);
export const exactly = (moment) => `${day.format(moment)}, ${hour.format(moment)}`;
