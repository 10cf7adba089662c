import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  Tooltip,
} from "@mantine/core";
import classes from "./theme.module.css";

const gold: MantineColorsTuple = [
  "#FDF6E3",
  "#F8EBC8",
  "#EBD9A8",
  "#E3C06A",
  "#E0B750",
  "#D4A73B",
  "#C99A2B",
  "#A87B10",
  "#7A5A0C",
  "#4A3706",
];

export const theme = createTheme({
  fontFamily: "var(--sans)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--sans)", fontWeight: "600" },
  primaryColor: "gold",
  primaryShade: 5,
  autoContrast: true,
  black: "#141925",
  white: "#FFFFFF",
  colors: { gold },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({
      defaultProps: { centered: true, transitionProps: { duration: 180 } },
      classNames: {
        content: classes.floating,
        header: classes.dialogHeader,
        title: classes.dialogTitle,
        body: classes.dialogBody,
      },
    }),
    Menu: Menu.extend({
      defaultProps: { shadow: "none", transitionProps: { duration: 120 } },
      classNames: { dropdown: classes.menu, item: classes.menuItem, label: classes.menuLabel },
    }),
    Popover: Popover.extend({ classNames: { dropdown: classes.menu } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 500, transitionProps: { duration: 120 } },
      classNames: { tooltip: classes.tooltip },
    }),
  },
});

const tokens = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-3)",
  "--mantine-color-placeholder": "var(--text-3)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-anchor": "var(--text)",
  "--mantine-color-default": "var(--field)",
  "--mantine-color-default-hover": "var(--raised)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-2)",
  "--mantine-primary-color-filled": "var(--gold)",
  "--mantine-primary-color-filled-hover": "var(--gold-hover)",
  "--mantine-primary-color-contrast": "var(--on-gold)",
};

/** The tokens rule: Mantine's own variables point at them, in both themes. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: tokens,
  dark: tokens,
});
