import { access } from "./access";
import { common } from "./common";
import { desk } from "./desk";
import { mail } from "./mail";
import { operations } from "./operations";
import { outgoing } from "./outgoing";
import { portal } from "./portal";
import { receiving } from "./receiving";
import { settings } from "./settings";
import { tickets } from "./tickets";

/** Every text of the interface in English, complete; the other catalogues follow its shape. */
export const en = {
  ...common,
  ...desk,
  ...tickets,
  ...mail,
  ...outgoing,
  ...portal,
  ...settings,
  ...receiving,
  ...operations,
  ...access,
} as const;

type Texts<T> = { [key in keyof T]: T[key] extends string ? string : Texts<T[key]> };

export type Catalogue = Texts<typeof en>;
