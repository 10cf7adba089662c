import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { useMe } from "@/api/session";
import { useUndo } from "@/api/undo";
import { countText } from "@/lib/counts";
import { toast } from "@/lib/toast";
import { Icon, type IconName } from "@/ui/Icon";
import { useReorder } from "@/ui/reorder";
import { countsQuery } from "../api";
import classes from "../components/TicketNav.module.css";
import { isViewKey, type ListedView, type ViewKey, viewKeys } from "../search";
import { orderViews, useViews, type View, viewCountsQuery, viewQueryKeys } from "./api";
import { useViewName } from "./shownView";
import { iconOf } from "./viewIcon";

const icons: Record<ViewKey, IconName> = {
  my_open: "user",
  unassigned: "inbox",
  all_open: "layers",
  waiting: "clock",
  snoozed: "moon",
  recently_resolved: "check",
  all: "layers",
};

type Groups = { shared: View[]; team: View[]; personal: View[] };

function groupsOf(views: readonly View[]): Groups {
  const shown = views.filter((view) => !view.own.hidden);
  const of = (scope: View["scope"]) => shown.filter((view) => view.scope === scope);
  return { shared: of("shared"), team: of("team"), personal: of("personal") };
}

type ViewLinksProps = {
  /** What the shown list is of. */
  current: string | null;
  small: boolean;
  onGo?: () => void;
};

/** The views that everybody sees, above the teams; the names of before until they have come. */
export function SharedViews({ current, small, onGo }: ViewLinksProps) {
  const views = useViews();
  const { t } = useTranslation();
  const counts = useQuery(countsQuery).data;
  if (views) {
    const { shared } = groupsOf(views);
    return <ViewGroup views={shared} current={current} small={small} onGo={onGo} />;
  }
  return (
    <div className={`${classes.nav} ${small ? classes.small : ""}`}>
      {viewKeys
        .filter((key) => key !== "all")
        .map((key) => (
          <Link
            key={key}
            to="/desk/tickets"
            search={{ view: key }}
            className={classes.link}
            data-current={current === key || undefined}
            aria-current={current === key ? "page" : undefined}
            title={small ? t(`view.${key}`) : undefined}
            aria-label={small ? t(`view.${key}`) : undefined}
            onClick={onGo}
          >
            <Icon name={icons[key]} />
            {!small && <bdi className="cut">{t(`view.${key}`)}</bdi>}
            {!small && counts && (
              <span className={classes.count}>{countText(counts.views[key] ?? 0)}</span>
            )}
          </Link>
        ))}
    </div>
  );
}

/** The views of one's teams and one's own, below the teams. */
export function OtherViews({ current, small, onGo }: ViewLinksProps) {
  const { t } = useTranslation();
  const { team, personal } = groupsOf(useViews() ?? []);
  const mayAdd = useMe().permissions.includes("view:edit");
  const props = { current, small, onGo };
  return (
    <>
      {team.length > 0 && <ViewGroup {...props} views={team} heading={t("views.ofTeams")} />}
      {(personal.length > 0 || mayAdd) && (
        <ViewGroup {...props} views={personal} heading={t("views.mine")} mayAdd={mayAdd} />
      )}
    </>
  );
}

type ViewGroupProps = ViewLinksProps & { views: View[]; heading?: string; mayAdd?: boolean };

function ViewGroup({ views, current, small, onGo, heading, mayAdd }: ViewGroupProps) {
  const { t } = useTranslation();
  const nameOf = useViewName();
  const order = useOrder();
  const handles = useReorder(
    views.map(({ id }) => id),
    (ids, id) => void order(ids, nameOf(views.find((one) => one.id === id) as View)),
  );
  const countOf = useCounts();
  return (
    <div className={`${classes.nav} ${small ? classes.small : ""}`}>
      {heading && !small && (
        <h3 className={classes.heading}>
          {heading}
          {mayAdd && (
            <Link
              to="/desk/views/$viewId"
              params={{ viewId: "new" }}
              search={{}}
              className={classes.add}
              aria-label={t("views.add")}
              title={t("views.add")}
              onClick={onGo}
            >
              <Icon name="plus" />
            </Link>
          )}
        </h3>
      )}
      {views.map((view) => (
        <ViewLink
          key={view.id}
          view={view}
          name={nameOf(view)}
          count={countOf(view)}
          isCurrent={current === view.listed_as || current === String(view.id)}
          small={small}
          onGo={onGo}
          handles={handles(view.id)}
        />
      ))}
    </div>
  );
}

type Shown = { text: string; title?: string } | null;

type ViewLinkProps = {
  view: View;
  name: string;
  count: Shown;
  isCurrent: boolean;
  small: boolean;
  onGo?: () => void;
  handles: ReturnType<ReturnType<typeof useReorder>>;
};

function ViewLink({ view, name, count, isCurrent, small, onGo, handles }: ViewLinkProps) {
  const { t } = useTranslation();
  const icon = isViewKey(view.key) ? icons[view.key] : iconOf(view);
  const said = view.broken ? t("views.brokenName", { name }) : name;
  return (
    <Link
      to="/desk/tickets"
      search={{ view: view.listed_as as ListedView }}
      className={classes.link}
      data-current={isCurrent || undefined}
      aria-current={isCurrent ? "page" : undefined}
      title={small ? said : (count?.title ?? (view.broken ? said : undefined))}
      aria-label={small ? said : undefined}
      onClick={onGo}
      {...handles}
    >
      <Icon name={icon} />
      {!small && <bdi className="cut">{name}</bdi>}
      {!small && view.broken && <Icon name="warn" label={said} className={classes.warn} />}
      {!small && !view.broken && count && <span className={classes.count}>{count.text}</span>}
    </Link>
  );
}

/** The counts of those that came with the product are everybody's; only others are asked for by view. */
function useCounts(): (view: View) => Shown {
  const { t } = useTranslation();
  const views = useViews() ?? [];
  const ofAll = useQuery(countsQuery).data?.views;
  const isCommon = ({ listed_as }: View) => isViewKey(listed_as);
  const asked = views.some((view) => !isCommon(view) && !view.own.hidden && !view.broken);
  const own = useQuery({ ...viewCountsQuery, enabled: asked }).data;
  return (view) => {
    if (isCommon(view)) {
      const count = ofAll?.[view.listed_as];
      return count === undefined ? null : { text: countText(count) };
    }
    const found = own?.find((one) => one.id === view.id);
    if (!found) return null;
    if (found.slow)
      return { text: found.count > 0 ? `${found.count}+` : "…", title: t("views.slow") };
    return { text: found.exact ? String(found.count) : `${found.count}+` };
  };
}

/** Stores one's own order: that of a group, the others as they stand. It is shown at once. */
function useOrder() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { offer } = useUndo();
  return async (ids: number[], name: string) => {
    const views = queryClient.getQueryData<View[]>(viewQueryKeys.list) ?? [];
    const places = views.filter(({ id }) => ids.includes(id)).map((view) => views.indexOf(view));
    const next = [...views];
    places.forEach((place, at) => {
      next[place] = views.find(({ id }) => id === ids[at]) as View;
    });
    queryClient.setQueryData(viewQueryKeys.list, next);
    try {
      const { changeId } = await orderViews(next.map(({ id }) => id));
      if (changeId !== null) offer({ changeId, message: t("views.moved", { name }) });
    } catch (error) {
      queryClient.setQueryData(viewQueryKeys.list, views);
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
  };
}
