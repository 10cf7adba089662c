import { Menu, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe, useSignOut } from "@/api/session";
import { Avatar } from "@/ui/Avatar";
import { Icon } from "@/ui/Icon";
import { chooseLanguage } from "../i18n";
import { languages } from "../languages";
import { useDeskDialogs } from "./dialogs";
import classes from "./PersonMenu.module.css";

const schemes = ["auto", "light", "dark"] as const;

/** The signed-in person: theme, language, keys, sign out. */
export function PersonMenu({ small, onToggleRail }: { small: boolean; onToggleRail?: () => void }) {
  const { t } = useTranslation();
  const { person } = useMe();
  return (
    <Menu position="top-start" width={224}>
      <Menu.Target>
        <button type="button" className={`${classes.person} ${small ? classes.small : ""}`}>
          <Avatar id={person.id} name={person.name} size={small ? "m" : "s"} />
          {!small && (
            <bdi className="cut" aria-hidden="true">
              {person.name}
            </bdi>
          )}
          <span className="vh">{t("desk.personMenu", { name: person.name })}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <PersonMenuItems onToggleRail={onToggleRail} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** What the person's menu offers, on the rail and on phones. */
export function PersonMenuItems({ onToggleRail }: { onToggleRail?: () => void }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const dialogs = useDeskDialogs();
  const tick = (on: boolean) => (on ? <Icon name="check" /> : null);
  return (
    <>
      <Menu.Label>{t("theme.label")}</Menu.Label>
      {schemes.map((scheme) => (
        <Menu.Item
          key={scheme}
          rightSection={tick(colorScheme === scheme)}
          onClick={() => setColorScheme(scheme)}
        >
          {t(`theme.${scheme}`)}
        </Menu.Item>
      ))}
      {languages.length > 1 && <Menu.Label>{t("desk.language")}</Menu.Label>}
      {languages.length > 1 &&
        languages.map((language) => (
          <Menu.Item
            key={language.code}
            lang={language.code}
            rightSection={tick(i18n.language === language.code)}
            onClick={() => void chooseLanguage(language.code)}
          >
            {language.name}
          </Menu.Item>
        ))}
      <Menu.Divider />
      {onToggleRail && (
        <Menu.Item leftSection={<Icon name="panel" />} onClick={onToggleRail}>
          {t("desk.toggleRail")}
        </Menu.Item>
      )}
      <Menu.Item leftSection={<Icon name="keyboard" />} onClick={() => dialogs.open("help")}>
        {t("desk.keys")}
      </Menu.Item>
      <Menu.Item leftSection={<Icon name="exit" />} onClick={() => signOut.mutate()}>
        {t("desk.signOut")}
      </Menu.Item>
    </>
  );
}
