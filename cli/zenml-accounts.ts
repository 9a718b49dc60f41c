/** The accounts in which ZenML runs workspaces: production and staging. */
export const ZENML_ACCOUNTS = ['715803424590', '339712793861'];
