import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Icon } from "@/ui/Icon";
import { groupedBy, type TicketSearch } from "../search";
import { useGroupFields } from "./useGroupFields";

/** The choices of the menu of groups; the address says which was made. */
export default function GroupItems({ search }: { search: TicketSearch }) {
  const navigate = useNavigate();
  const chosen = groupedBy(search) ?? "none";
  return useGroupFields().map(({ key, label }) => (
    <Menu.Item
      key={key}
      rightSection={key === chosen ? <Icon name="check" /> : null}
      onClick={() =>
        void navigate({ to: "/desk/tickets", search: { ...search, group: key }, replace: true })
      }
    >
      <bdi>{label}</bdi>
    </Menu.Item>
  ));
}
