import "../texts";
import { useDebouncedCallback } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { ToastSlot } from "@/ui/ToastSlot";
import classes from "./ListFrame.module.css";

const WAIT_MS = 200;

type ListFrameProps = {
  at: "/desk/contacts" | "/desk/organizations";
  q: string;
  children: ReactNode;
};

/** The list of contacts or of organizations, with the words searched for in its address. */
export function ListFrame({ at, q, children }: ListFrameProps) {
  const { t } = useTranslation();
  const entity = at === "/desk/contacts" ? "contact" : "organization";
  const locked = useLocked(`${entity}:edit`);
  const title = t(at === "/desk/contacts" ? "contactPage.contacts" : "contactPage.organizations");
  return (
    <Pane as="main" label={title}>
      <Bar>
        <BarTitle>{title}</BarTitle>
        <span className="grow" />
        {!locked && (
          <Link
            to="/desk/contact-imports"
            search={entity === "contact" ? {} : { of: entity }}
            className={classes.kind}
          >
            {t("contactImport.link")}
          </Link>
        )}
        <nav className={classes.kinds} aria-label={t("contactPage.kind")}>
          <Link to="/desk/contacts" search={{}} className={classes.kind}>
            {t("contactPage.contacts")}
          </Link>
          <Link to="/desk/organizations" search={{}} className={classes.kind}>
            {t("contactPage.organizations")}
          </Link>
        </nav>
      </Bar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={title} tabIndex={0}>
        <div className={classes.content}>
          <Search key={at} at={at} q={q} />
          {children}
        </div>
      </section>
      <ToastSlot />
    </Pane>
  );
}

function Search({ at, q }: { at: ListFrameProps["at"]; q: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [words, setWords] = useState(q);
  const searchSoon = useDebouncedCallback(
    (typed: string) =>
      void navigate({ to: at, search: { q: typed.trim() || undefined }, replace: true }),
    WAIT_MS,
  );
  return (
    <label className={classes.search}>
      <Icon name="search" />
      <input
        type="search"
        value={words}
        placeholder={t("contactPage.search")}
        aria-label={t("contactPage.search")}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          searchSoon(event.currentTarget.value);
        }}
      />
    </label>
  );
}
