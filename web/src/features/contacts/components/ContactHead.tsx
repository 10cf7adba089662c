import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "@/lib/clock";
import { Avatar } from "@/ui/Avatar";
import { Icon, type IconName } from "@/ui/Icon";
import { VipMark } from "@/ui/VipMark";
import type { ContactDetails } from "../api";
import classes from "./ContactHead.module.css";

/** Who a contact is and how they are reached. */
export function ContactHead({ contact }: { contact: ContactDetails }) {
  const { t } = useTranslation();
  const { organization } = contact;
  return (
    <header className={classes.head}>
      <div className={classes.person}>
        <Avatar id={contact.id} name={contact.name} size="l" />
        <div>
          <p className={classes.name}>
            <bdi>{contact.name}</bdi>
            {contact.vip && <VipMark />}
          </p>
          {organization && (
            <Link
              to="/desk/organizations/$organizationId"
              params={{ organizationId: String(organization.id) }}
              search={{}}
              className={classes.link}
            >
              <bdi>{organization.name}</bdi>
            </Link>
          )}
        </div>
      </div>
      <div className={classes.reach}>
        <Reach title={t("contactPage.addresses")}>
          {contact.addresses.map((address) => (
            <Line key={address.email} icon="mail">
              <bdi className={classes.whole}>{address.email}</bdi>
              {address.is_primary && contact.addresses.length > 1 && (
                <span className={classes.quiet}>{t("contactPage.primary")}</span>
              )}
              {address.proven_at && <Icon name="seal" size={14} label={t("contactPage.proven")} />}
            </Line>
          ))}
        </Reach>
        <Reach title={t("contactPage.phones")}>
          {contact.phones.length === 0 && (
            <p className={classes.quiet}>{t("contactPage.noPhones")}</p>
          )}
          {contact.phones.map((phone) => (
            <Line key={phone.number} icon="phone">
              <bdi dir="ltr">{phone.number}</bdi>
              <span className={classes.quiet}>{phone.label}</span>
            </Line>
          ))}
        </Reach>
        <Reach title={t("contactPage.there")}>
          <Line icon="clock">
            {contact.time_zone ? <LocalTime zone={contact.time_zone} /> : t("contactPage.noZone")}
          </Line>
          <Line icon="text">
            <LanguageName code={contact.language} />
          </Line>
        </Reach>
      </div>
    </header>
  );
}

function Reach({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h2 className={classes.title}>{title}</h2>
      {children}
    </div>
  );
}

function Line({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <p className={classes.line}>
      <Icon name={icon} />
      {children}
    </p>
  );
}

function LocalTime({ zone }: { zone: string }) {
  const { i18n } = useTranslation();
  const time = new Intl.DateTimeFormat(i18n.language, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    weekday: "short",
  });
  return (
    <>
      {time.format(useNow())} <span className={classes.quiet}>{zone}</span>
    </>
  );
}

function LanguageName({ code }: { code: string }) {
  const { i18n } = useTranslation();
  return <>{new Intl.DisplayNames(i18n.language, { type: "language" }).of(code) ?? code}</>;
}
