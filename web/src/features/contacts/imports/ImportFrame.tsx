import "../texts";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { EmptyState } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import classes from "./ImportFrame.module.css";

const PERMISSION = "contact:edit";

/** A screen of the imports, for whoever may edit contacts. */
export function ImportFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const locked = useLocked(PERMISSION);
  const title = t("contactImport.title");
  return (
    <Pane as="main" label={title}>
      <Bar>
        <Link to="/desk/contacts" search={{}} className={classes.back}>
          {t("contactPage.contacts")}
        </Link>
        <BarTitle>{title}</BarTitle>
      </Bar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={title} tabIndex={0}>
        <div className={classes.content}>
          {locked ? (
            <EmptyState icon="lock" title={t("settings.locked", { permission: PERMISSION })} />
          ) : (
            children
          )}
        </div>
      </section>
      <ToastSlot />
    </Pane>
  );
}
