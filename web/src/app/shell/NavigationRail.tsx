import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspaceName } from "@/api/session";
import { Icon, type IconName } from "@/ui/Icon";
import { Kbd } from "@/ui/Kbd";
import { DeskLogo } from "./DeskLogo";
import { useDeskDialogs } from "./dialogs";
import classes from "./NavigationRail.module.css";
import { useNavigation } from "./navigation";
import { PersonMenu } from "./PersonMenu";

type RailProps = { small: boolean; onToggle: () => void };

/** The way around the desk: search, views with counts, teams, outbox, settings. */
export function Rail({ small, onToggle }: RailProps) {
  const { t } = useTranslation();
  const dialogs = useDeskDialogs();
  const workspace = useWorkspaceName();
  const shown = useNavigation();
  return (
    <nav className={`${classes.rail} ${small ? classes.small : ""}`} aria-label={t("desk.main")}>
      <Link to="/desk/tickets" search={{}} className={classes.brand}>
        <DeskLogo small={small} />
      </Link>
      {!small && workspace && (
        <span className={`${classes.workspace} cut`}>
          <bdi>{workspace}</bdi>
        </span>
      )}
      <button
        type="button"
        className={small ? classes.searchSmall : classes.search}
        onClick={() => dialogs.open("palette")}
        aria-label={small ? t("desk.search") : undefined}
        aria-keyshortcuts="/"
      >
        <Icon name="search" />
        {!small && <span className="grow">{t("desk.search")}</span>}
        {!small && <Kbd hidden>/</Kbd>}
      </button>
      <div className={classes.scroll}>
        {shown.map(({ to, List }) => List && <List key={to} small={small} />)}
      </div>
      <div className={classes.foot}>
        {shown.map(
          ({ to, icon, label, List }) =>
            !List && <RailLink key={to} to={to} icon={icon} label={t(label)} small={small} />,
        )}
        <PersonMenu small={small} onToggleRail={onToggle} />
      </div>
    </nav>
  );
}

type RailLinkProps = {
  to: string;
  icon: IconName;
  label: string;
  small: boolean;
};

function RailLink({ to, icon, label, small }: RailLinkProps) {
  return (
    <Link
      to={to}
      className={classes.link}
      activeProps={{ "aria-current": "page" }}
      title={small ? label : undefined}
      aria-label={small ? label : undefined}
    >
      <Icon name={icon} />
      {!small && <span className="cut">{label}</span>}
    </Link>
  );
}
