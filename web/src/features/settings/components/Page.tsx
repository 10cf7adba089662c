import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLayout } from "@/features/desk/layout";
import { useMe } from "@/features/session/api";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { ToastSlot } from "@/ui/ToastSlot";
import type { SectionKey } from "../sections";
import classes from "./Page.module.css";

type PageProps = {
  section: SectionKey;
  count?: string;
  /** The search field and the one primary action. */
  actions?: ReactNode;
  /** The permission that editing takes; who lacks it is told. */
  permission?: string;
  children: ReactNode;
};

/** One page of the settings. */
export function Page({ section, count, actions, permission, children }: PageProps) {
  const { t } = useTranslation();
  const { phone } = useLayout();
  const locked = useLocked(permission);
  const title = t(`settings.section.${section}`);
  return (
    <Pane as="main" label={title}>
      <Bar>
        {phone && (
          <Link to="/desk/settings" className={classes.back} aria-label={t("settings.back")}>
            <Icon name="left" size={20} />
          </Link>
        )}
        <BarTitle count={count}>{title}</BarTitle>
        <span className="grow" />
        {actions}
      </Bar>
      <div className={classes.scroll}>
        <div className={classes.content}>
          {locked && (
            <p className={classes.locked}>
              <Icon name="lock" />
              {t("settings.locked", { permission: permission ?? "" })}
            </p>
          )}
          {children}
        </div>
      </div>
      <ToastSlot className={classes.toast} />
    </Pane>
  );
}

/** Whether the person signed in lacks a permission. */
export function useLocked(permission: string | undefined): boolean {
  const { permissions } = useMe();
  return permission !== undefined && !permissions.includes(permission);
}
