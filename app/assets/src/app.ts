/** What every page gets: nothing here is needed to read a page or send a form. */
import "./shell/swaps";
import { errors } from "./shell/errors";
import { find } from "./shell/find";
import { formats } from "./shell/formats";
import { forms } from "./shell/forms";
import { keys } from "./shell/keys";
import { look } from "./shell/look";
import { menus } from "./shell/menus";
import { offline } from "./shell/offline";
import { outbox } from "./shell/outbox";
import { roll } from "./shell/roll";
import { rows } from "./shell/rows";
import { tabs } from "./shell/tabs";
import { toasts } from "./shell/toasts";

errors();
find();
formats();
forms();
keys();
look();
menus();
offline();
outbox();
roll();
rows();
tabs();
toasts();
