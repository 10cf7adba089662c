import "../texts";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { ToastSlot } from "@/ui/ToastSlot";
import classes from "./PageFrame.module.css";

type PageFrameProps = {
  name: string;
  list: "/desk/contacts" | "/desk/organizations";
  locked: boolean;
  onEdit: () => void;
  onMerge: () => void;
  /** What may be the same, above the page. */
  banner?: ReactNode;
  side: ReactNode;
  children: ReactNode;
};

/** The page of a contact or an organization: what they are in the middle, what belongs to them beside it. */
export function PageFrame(props: PageFrameProps) {
  const { name, list, locked, banner, side, children } = props;
  const { t } = useTranslation();
  return (
    <Pane as="main" label={name}>
      <Bar>
        <Link to={list} search={{}} className={classes.back}>
          <Icon name="left" className={classes.arrow} />
          {t(list === "/desk/contacts" ? "contactPage.contacts" : "contactPage.organizations")}
        </Link>
        <BarTitle>
          <bdi>{name}</bdi>
        </BarTitle>
        <span className="grow" />
        {!locked && (
          <>
            <Button icon="merge" shortcut="m" onClick={props.onMerge}>
              {t("contactPage.merge")}
            </Button>
            <Button look="line" icon="pen" shortcut="e" onClick={props.onEdit}>
              {t("contactPage.edit")}
            </Button>
          </>
        )}
      </Bar>
      {banner}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={name} tabIndex={0}>
        <div className={classes.columns}>
          <div className={classes.content}>{children}</div>
          <aside className={classes.side}>{side}</aside>
        </div>
      </section>
      <ToastSlot />
    </Pane>
  );
}
