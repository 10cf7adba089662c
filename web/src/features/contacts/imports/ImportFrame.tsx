import "../texts";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocked } from "@/app/settings/SettingsPage";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { EmptyState } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import type { ImportEntity } from "./api";
import classes from "./ImportFrame.module.css";

const permissions = { contact: "contact:edit", organization: "organization:edit" } as const;

type ImportFrameProps = { entity: ImportEntity; children: ReactNode };

/** A screen of the imports, for whoever may edit what is imported. */
export function ImportFrame({ entity, children }: ImportFrameProps) {
  const { t } = useTranslation();
  const permission = permissions[entity];
  const locked = useLocked(permission);
  const title = t(`contactImport.of.${entity}.title`);
  return (
    <Pane as="main" label={title}>
      <Bar>
        <Link
          to={entity === "contact" ? "/desk/contacts" : "/desk/organizations"}
          search={{}}
          className={classes.back}
        >
          {t(entity === "contact" ? "contactPage.contacts" : "contactPage.organizations")}
        </Link>
        <BarTitle>{title}</BarTitle>
      </Bar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={title} tabIndex={0}>
        <div className={classes.content}>
          {locked ? (
            <EmptyState icon="lock" title={t("settings.locked", { permission })} />
          ) : (
            children
          )}
        </div>
      </section>
      <ToastSlot />
    </Pane>
  );
}
