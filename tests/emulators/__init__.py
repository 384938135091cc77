"""Stand-ins for the platforms, each as strict as the platform it stands for."""
