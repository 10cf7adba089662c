import "./texts";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMayRead } from "@/api/access";
import { useMe } from "@/api/session";
import { Button, IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Bar, BarTitle, Pane } from "@/ui/Pane";
import { EmptyState } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import { type SettingsSection, useFeatures } from "../feature";
import { useLayout } from "../shell/paneLayout";
import { SearchField } from "./SearchField";
import classes from "./SettingsPage.module.css";

type PageProps = {
  /** The key of its section. */
  section: string;
  /** Whether the list can be searched by words. */
  searchable?: boolean;
  /** The one primary action: adding something. */
  add?: { label: string; onAdd: () => void };
  /** The permission that editing takes; who lacks it is told. */
  permission?: string;
  /** Two columns beside each other want more than a page to read. */
  wide?: boolean;
  children: ReactNode;
};

/** One page of the settings. */
export function Page({ section, searchable, add, permission, wide, children }: PageProps) {
  const { t } = useTranslation();
  const { phone } = useLayout();
  const mayRead = useMayRead();
  const declared = useSection(section);
  const closed = declared.part !== undefined && !mayRead(declared.part);
  const locked = useLocked(permission) || closed;
  const title = t(declared.title);
  return (
    <Pane as="main" label={title}>
      <Bar wraps={searchable}>
        {phone && (
          <Link to="/desk/settings" className={classes.back} aria-label={t("settings.back")}>
            <Icon name="left" size={20} />
          </Link>
        )}
        <BarTitle>{title}</BarTitle>
        <span className="grow" />
        {searchable && <SearchField />}
        {add && !locked && <AddButton label={add.label} onAdd={add.onAdd} phone={phone} />}
      </Bar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll what only is read */}
      <section className={classes.scroll} aria-label={title} tabIndex={0}>
        <div className={`${classes.content} ${wide ? classes.wide : ""}`}>
          {closed && (
            <EmptyState icon="lock" title={t("settings.closed")} hint={t("settings.closedHint")} />
          )}
          {locked && !closed && (
            <p className={classes.locked}>
              <Icon name="lock" />
              {t("settings.locked", { permission: permission ?? "" })}
            </p>
          )}
          {!closed && children}
        </div>
      </section>
      <ToastSlot className={classes.toast} />
    </Pane>
  );
}

type AddButtonProps = { label: string; onAdd: () => void; phone: boolean };

function AddButton({ label, onAdd, phone }: AddButtonProps) {
  if (phone)
    return <IconButton icon="plus" iconSize={20} look="gold" label={label} onClick={onAdd} />;
  return (
    <Button look="gold" icon="plus" onClick={onAdd}>
      {label}
    </Button>
  );
}

/** Whether the person signed in lacks a permission. */
export function useLocked(permission: string | undefined): boolean {
  const { permissions } = useMe();
  return permission !== undefined && !permissions.includes(permission);
}

function useSection(key: string): SettingsSection {
  const sections = useFeatures().flatMap(({ settings }) => settings ?? []);
  const section = sections.find((one) => one.key === key);
  if (!section) throw new Error(`No feature declares the settings section "${key}".`);
  return section;
}
