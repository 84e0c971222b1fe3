// Every behaviour that a page may name in data-behaviour="…".
// @ts-check
import { askAtSecond } from "./behaviours/ask_at_second.js";
import { atSecond } from "./behaviours/at_second.js";
import { autogrow } from "./behaviours/autogrow.js";
import { autosave } from "./behaviours/autosave.js";
import { bell } from "./behaviours/bell.js";
import { celebration } from "./behaviours/celebration.js";
import { completion } from "./behaviours/completion.js";
import { composer } from "./behaviours/composer.js";
import { confirmation } from "./behaviours/confirmation.js";
import { copyLink } from "./behaviours/copy_link.js";
import { countdown } from "./behaviours/countdown.js";
import { counter } from "./behaviours/counter.js";
import { deviceZone } from "./behaviours/device_zone.js";
import { draft } from "./behaviours/draft.js";
import { envelope } from "./behaviours/envelope.js";
import { flame } from "./behaviours/flame.js";
import { keyboard } from "./behaviours/keyboard.js";
import { letter } from "./behaviours/letter.js";
import { menu } from "./behaviours/menu.js";
import { newReplies } from "./behaviours/new_replies.js";
import { outbox } from "./behaviours/outbox.js";
import { pictures } from "./behaviours/pictures.js";
import { player } from "./behaviours/player.js";
import { presence } from "./behaviours/presence.js";
import { preview } from "./behaviours/preview.js";
import { push } from "./behaviours/push.js";
import { quoting } from "./behaviours/quoting.js";
import { reading } from "./behaviours/reading.js";
import { search } from "./behaviours/search.js";
import { suggestions } from "./behaviours/suggestions.js";
import { tagWords } from "./behaviours/tag_words.js";
import { talk } from "./behaviours/talk.js";
import { theme } from "./behaviours/theme.js";
import { toast } from "./behaviours/toast.js";
import { video } from "./behaviours/video.js";
import { zoneBanner } from "./behaviours/zone_banner.js";

/** @type {Record<string, (element: any, signal: AbortSignal) => void>} */
export const behaviours = {
  "ask-at-second": askAtSecond,
  "at-second": atSecond,
  autogrow,
  autosave,
  bell,
  celebration,
  completion,
  composer,
  confirmation,
  "copy-link": copyLink,
  countdown,
  counter,
  "device-zone": deviceZone,
  draft,
  envelope,
  flame,
  keyboard,
  letter,
  menu,
  "new-replies": newReplies,
  outbox,
  pictures,
  player,
  presence,
  preview,
  push,
  quoting,
  reading,
  search,
  suggestions,
  "tag-words": tagWords,
  talk,
  theme,
  toast,
  video,
  "zone-banner": zoneBanner,
};
