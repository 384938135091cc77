"""Lotse: the chatbot that guides newcomers to Spree-Neiße."""
